import type { Member } from "../shop/member.ts";
import type { Scene } from "./scene.ts";

/** What has happened at a point. */
export interface Hit {
  /** Who was killed there. */
  readonly victim: Member;
  /** The change that was under way. */
  readonly kind: string;
}

/**
 * A moment in the course of an order at which a process is killed. It is certain: the process is held there from outside,
 * by a lock or by a link, and that is seen before it is killed.
 */
export interface Point {
  readonly name: string;
  /** @throws Error when the change did not get there */
  run(scene: Scene): Promise<Hit>;
}
