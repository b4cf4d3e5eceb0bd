import type { FlameNode } from "./cpu-profile.ts";
import { ALL_LAYERS, layerOf } from "./layers.ts";

const WIDTH = 1200;
const ROW = 17;
const TOP = 52;
/** What is narrower, in pixels, is left out: it could not be read, and would be most of the file. */
const NARROWEST = 3;
/** About one letter of the font, in pixels. */
const LETTER = 6.3;
const SHORTEST_LABEL = 3;

/**
 * A flame graph as an SVG document (Brendan Gregg's picture, upside down: callees below their callers; the wider, the more of
 * the time). Each function's box has its full name, file and share as a tooltip. The same tree gives the same file.
 */
export function flameSvg(root: FlameNode, title: string): string {
  const boxes: string[] = [];
  const scale = root.total === 0 ? 0 : WIDTH / root.total;
  let deepest = 0;
  const draw = (node: FlameNode, x: number, depth: number): void => {
    const width = node.total * scale;
    if (width < NARROWEST) return;
    deepest = Math.max(deepest, depth);
    if (depth > 0) boxes.push(box(node, x, depth, width, node.total / root.total));
    let at = x;
    for (const child of node.children) {
      draw(child, at, depth + 1);
      at += child.total * scale;
    }
  };
  draw(root, 0, 0);
  const height = TOP + deepest * ROW + 4;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">`,
    "<style>.t{fill:#1f2328}@media(prefers-color-scheme:dark){.t{fill:#e6edf3}}rect:hover{stroke:#000}</style>",
    `<text class="t" x="2" y="15" font-size="14">${escaped(title)}</text>`,
    legend(),
    ...boxes,
    "</svg>\n",
  ].join("\n");
}

function box(node: FlameNode, x: number, depth: number, width: number, share: number): string {
  const y = TOP + (depth - 1) * ROW;
  const where = node.source === "" ? "" : ` ${node.source}`;
  const tip = escaped(`${node.name}${where}: ${(share * 100).toFixed(1)} %`);
  const room = Math.floor((width - 4) / LETTER);
  const label = room < SHORTEST_LABEL ? "" : shortened(node.name, room);
  const text = label === "" ? "" : `<text x="${short(x + 2)}" y="${y + 12}">${escaped(label)}</text>`;
  const { colour } = layerOf(node.source);
  return `<g><title>${tip}</title><rect x="${short(x)}" y="${y}" width="${short(width - 0.5)}" height="${ROW - 1}" fill="${colour}"/>${text}</g>`;
}

function legend(): string {
  let x = 2;
  const parts = ALL_LAYERS.map(({ name, colour }) => {
    const part = `<rect x="${x}" y="25" width="12" height="12" fill="${colour}"/><text class="t" x="${x + 16}" y="35">${name}</text>`;
    x += 16 + Math.ceil(name.length * LETTER) + 18;
    return part;
  });
  return parts.join("");
}

function shortened(name: string, room: number): string {
  return name.length <= room ? name : `${name.slice(0, room - 1)}…`;
}

const short = (value: number): string => String(Math.round(value * 10) / 10);

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
