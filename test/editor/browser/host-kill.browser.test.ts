import { readFileSync, readdirSync } from 'node:fs';
import { withWorkbench } from '../support/workbench';
import { eventually } from '../support/eventually';
function hosts(){ const all=new Map<number,{ppid:number,start:number,cmd:string}>();
 for(const n of readdirSync('/proc')) if(/^\d+$/.test(n)){ try{ const s=readFileSync(`/proc/${n}/stat`,'utf8'); const f=s.slice(s.lastIndexOf(')')+2).split(' '); all.set(Number(n),{ppid:Number(f[1]),start:Number(f[19]),cmd:readFileSync(`/proc/${n}/cmdline`,'utf8').replaceAll('\0',' ')}); }catch{} }
 const out=[...all].filter(([p,{cmd}])=>{ if(!cmd.includes('--type=extensionHost'))return false; for(let q:number|undefined=p;q;q=all.get(q)?.ppid) if(q===process.pid) return true; return false;});
 return out.sort((a,b)=>b[1].start-a[1].start).map(([p])=>p);}
suite('x', function(){ this.timeout(150000); test('y', async()=>{
 await withWorkbench({ files: { 'README.md': '# Backend\n' }, git: true }, async (w) => {
  await w.openView('Baton'); await w.clickWelcome('Task Chains','Create Sample Chain'); await w.treeRow(/#102 Auth/, 'Task Chains');
  for (const id of ['100','101']) await w.expandRow(new RegExp(`^#${id}`), 'Task Chains');
  console.log(JSON.stringify((await w.treeRows('Task Chains')).map(r=>[r.level,r.text,r.description,r.checked])));
  for (let i=0;i<5;i++){
   const [pid]=hosts(); console.log('hosts',hosts()); const t=performance.now(); process.kill(pid!,'SIGKILL');
   for (let k=0;k<30;k++){ await new Promise(r=>setTimeout(r,300));
     console.log(i, Math.round(performance.now()-t), hosts().join(), JSON.stringify((await w.treeRows('Task Chains')).map(r=>r.text.slice(0,8)+r.description)), JSON.stringify(await w.notifications().catch(()=>0)), await w.page.locator('.monaco-dialog-box').count());
     if (k===4) await w.screenshot(`hk-${i}`);
     if (hosts()[0]!==pid && hosts().length && k>7) break;
   }
   const b=w.page.getByRole('button',{name:'Restart Remote Extension Host'}); if (await b.count()) { await b.first().click({timeout:2000}).catch(e=>console.log(String(e).slice(0,200))); console.log('clicked'); await eventually('new',async()=>hosts()[0]!==pid&&hosts().length>0).catch(e=>console.log(String(e))); }
  }
 });
});});
