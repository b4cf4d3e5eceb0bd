/**
 * The path and query of a request target. A proxy may send the absolute form (`GET http://host/path`, RFC 9112 section
 * 3.2.2), which a server has to accept. Undefined for what is no path: `*`, or an authority.
 */
export function pathAndQuery(target: string | undefined): string | undefined {
  if (target === undefined) return undefined;
  if (target.startsWith("/")) return target;
  const absolute = /^https?:\/\/[^/?#]*([/?][^#]*)?/i.exec(target);
  if (absolute === null) return undefined;
  const [, rest = "/"] = absolute;
  return rest.startsWith("/") ? rest : `/${rest}`;
}
