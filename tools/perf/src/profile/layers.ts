/** What a function belongs to: the unit in which a cost is thought about. */
export interface Layer {
  readonly name: string;
  readonly colour: string;
}

// Okabe and Ito's palette, which people with any kind of colour vision can tell apart, lightened so that black text is
// readable on all of it.
const LAYERS: readonly (readonly [RegExp, Layer])[] = [
  [/^apps\//, { name: "the service", colour: "#f5c069" }],
  [/^libs\/cache\/|node_modules\/(@redis|redis|lru-cache)\//, { name: "cache", colour: "#7cc6ee" }],
  [/^libs\/(db|deadline)\//, { name: "libs/db", colour: "#63c7a6" }],
  // Drizzle's source maps name its files in a folder `src` beside the package.
  [/node_modules\/(drizzle-orm|postgres|src)\//, { name: "Drizzle and postgres.js", colour: "#a9dfc6" }],
  [/^libs\/fastpath\//, { name: "the fast path", colour: "#8fb4e3" }],
  [/^libs\//, { name: "the other libs", colour: "#f09a66" }],
  [/node_modules\/@(bufbuild|connectrpc)\//, { name: "Protobuf and Connect", colour: "#dfa6c6" }],
  [/node_modules\//, { name: "other packages", colour: "#efe58c" }],
  [/^node:/, { name: "Node", colour: "#d0d0d0" }],
];

const REST: Layer = { name: "V8 and native", colour: "#b3b3b3" };

/** Every layer that there is, in the order of the legend. */
export const ALL_LAYERS: readonly Layer[] = [...LAYERS.map(([, layer]) => layer), REST];

/** The layer of a function by its file. */
export function layerOf(source: string): Layer {
  return LAYERS.find(([pattern]) => pattern.test(source))?.[1] ?? REST;
}
