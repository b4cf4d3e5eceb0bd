import { between, type FaultKind, nothingToHeal } from "./fault.ts";

const TARGET = "postgres";

/** What the services call themselves there. */
const APPLICATION = "product-svc";

/** Every session of the services is ended by the server. */
export const postgresTerminate: FaultKind = {
  name: "postgres-terminate-sessions",
  healing: "postgres",
  create: ({ topology: { admin } }) => ({
    target: TARGET,
    holdMs: 0,
    inject: async () => {
      if ((await admin.terminateSessions(APPLICATION)) === 0) throw new Error("no session was ended");
    },
    heal: nothingToHeal,
  }),
};

function restart(mode: "fast" | "immediate"): FaultKind {
  return {
    name: `postgres-restart-${mode}`,
    healing: "postgres",
    create: ({ topology: { postgres } }) => ({
      target: TARGET,
      holdMs: 0,
      inject: () => postgres.restart({ mode }),
      heal: nothingToHeal,
    }),
  };
}

export const postgresRestartFast = restart("fast");
export const postgresRestartImmediate = restart("immediate");

/** The server and its processes are killed, COMMITs in the middle included; later it recovers. */
export const postgresKill: FaultKind = {
  name: "postgres-kill",
  healing: "postgres",
  create: ({ topology: { postgres } }, random) => ({
    target: TARGET,
    holdMs: between(random, 0, 1_000),
    inject: () => postgres.kill(),
    heal: () => postgres.restart(),
  }),
};
