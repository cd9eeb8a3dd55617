import { economySource } from './economy';

/** What ships with Baton or belongs to this machine, as launches use it; absolute paths. */
export interface LaunchTools {
  /** Runs bundled programs: Node, or the editor's own runtime. */
  readonly node: string;
  /** What `node` needs in its environment to behave as Node. */
  readonly nodeEnv: Readonly<Record<string, string>>;
  readonly demoAgent: string;
  readonly cli: string;
  /** Holds the `baton` command. */
  readonly binFolder: string;
  /** Folder of the bundled modules for agents whose hooks are modules. */
  readonly hookLibrary: string;
  /** Private folders of launches, one each, outside every repository; `/` as separator. */
  readonly runsFolder: string;
  /** Lasting folders of agents whose hooks are set up once; `/` as separator. */
  readonly setUpsFolder: string;
  /** The person's home folder. */
  readonly home: string;
  /** As Node names it: `linux`, `darwin`, `win32`. */
  readonly platform: string;
  /** PATH as agents would inherit it, and its separator. */
  readonly path: string;
  readonly pathDelimiter: ':' | ';';
}

/** The `baton` command, which any process can start. */
export function batonCommand({ binFolder, platform }: Pick<LaunchTools, 'binFolder' | 'platform'>): string {
  return platform === 'win32' ? `${binFolder}\\baton.cmd` : `${binFolder}/baton`;
}

/** Where one launch keeps its private files. */
export function runFolder({ runsFolder }: Pick<LaunchTools, 'runsFolder'>, sessionId: string): string {
  return `${runsFolder}/${sessionId}`;
}

/** The constant protocol in the private folder of a launch; there in every launch. */
export function protocolFile(folder: string): string {
  return `${folder}/protocol.md`;
}

/** Where an agent's lasting files are; the same for the cheap profile that was made of it. */
export function setUpFolder({ setUpsFolder }: Pick<LaunchTools, 'setUpsFolder'>, agent: string): string {
  return `${setUpsFolder}/${economySource(agent)}`;
}
