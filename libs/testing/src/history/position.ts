/**
 * The states of a key in the order in which they were: the value of version v, then the absence after its removal, then
 * the value of the next version, and so on; before all of them the absence before the first create. Versions only grow,
 * also over a removal.
 */
export const BEFORE_CREATE = -1n;

export const ofValue = (version: bigint): bigint => 2n * version;

export const afterRemovalOf = (version: bigint): bigint => 2n * version + 1n;
