/** A function in a CPU profile of V8. Lines and columns are from 0. */
export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** What `Profiler.stop` of the inspector gives, and a .cpuprofile file holds. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: CallFrame;
    readonly children?: readonly number[];
  }[];
  /** The node on top of the stack at each sample. */
  readonly samples?: readonly number[];
  /** Microseconds between the samples. */
  readonly timeDeltas?: readonly number[];
}

/** Where a function stands: its file, from the project's root, or a name in brackets or with "node:". */
export type Locate = (frame: CallFrame) => string;

/** Calls of one function from one way down to it, with everything that they call. */
export interface FlameNode {
  readonly name: string;
  readonly source: string;
  /** Microseconds on top of the stack. */
  readonly self: number;
  /** Microseconds on the stack. */
  readonly total: number;
  /** The longest first. */
  readonly children: readonly FlameNode[];
}

interface Growing {
  readonly name: string;
  readonly source: string;
  self: number;
  readonly children: Map<string, Growing>;
}

/** While the process has nothing to do it is in nobody's way. */
const IDLE = new Set(["(idle)", "(root)"]);

/** The calls of a profile as one tree, without the time in which nothing ran. Calls of one function side by side are one. */
export function flameTree({ nodes, samples = [], timeDeltas = [] }: CpuProfile, locate: Locate): FlameNode {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const root: Growing = { name: "all", source: "", self: 0, children: new Map() };
  const places = new Map<number, Growing | undefined>();

  function place(id: number): Growing | undefined {
    if (places.has(id)) return places.get(id);
    const made = grow(id);
    places.set(id, made);
    return made;
  }

  function grow(id: number): Growing | undefined {
    const frame = byId.get(id)?.callFrame;
    if (frame === undefined || frame.functionName === "(idle)") return undefined;
    const parentId = parents.get(id);
    const parent = parentId === undefined ? undefined : place(parentId);
    if (IDLE.has(frame.functionName)) return root;
    const name = frame.functionName === "" ? "(anonymous)" : frame.functionName;
    const source = locate(frame);
    const siblings = (parent ?? root).children;
    const key = `${name} ${source}`;
    const known = siblings.get(key) ?? { name, source, self: 0, children: new Map() };
    siblings.set(key, known);
    return known;
  }

  for (const [at, id] of samples.entries()) {
    const node = place(id);
    // A sample stands for the time until the next one.
    if (node !== undefined) node.self += Math.max(0, timeDeltas[at + 1] ?? 0);
  }
  return finished(root);
}

function finished({ name, source, self, children }: Growing): FlameNode {
  const done = [...children.values()].map(finished).filter((child) => child.total > 0);
  done.sort((a, b) => b.total - a.total || (a.name < b.name ? -1 : 1));
  return { name, source, self, total: done.reduce((sum, child) => sum + child.total, self), children: done };
}

/** The time on top of the stack by some property of the functions, the longest first. */
export function selfTimes(root: FlameNode, keyOf: (node: FlameNode) => string): readonly (readonly [string, number])[] {
  const times = new Map<string, number>();
  const visit = (node: FlameNode): void => {
    if (node.self > 0) times.set(keyOf(node), (times.get(keyOf(node)) ?? 0) + node.self);
    for (const child of node.children) visit(child);
  };
  visit(root);
  return [...times].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}
