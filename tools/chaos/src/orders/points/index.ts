import { afterCommit } from "./after-commit.ts";
import { beforeCommit } from "./before-commit.ts";
import { beforeConfirmed } from "./before-confirmed.ts";
import { inRecoveryBeforeCommit, inRecoveryBeforeConfirmed } from "./in-recovery.ts";
import { orderWritten } from "./order-written.ts";
import type { Point } from "./point.ts";

/** In the order in which an order comes to them. */
export const POINTS: readonly Point[] = [
  orderWritten,
  beforeCommit("order-svc"),
  beforeCommit("product-svc"),
  afterCommit("order-svc"),
  afterCommit("product-svc"),
  beforeConfirmed,
  inRecoveryBeforeCommit,
  inRecoveryBeforeConfirmed,
];
