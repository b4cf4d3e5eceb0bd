import { types } from "node:util";

// Jest runs tests in a realm of their own, where the errors that Node itself throws are no instances of `Error`. What is
// tested has to meet them as it does in production.
const ordinary = Function.prototype[Symbol.hasInstance];

Object.defineProperty(Error, Symbol.hasInstance, {
  configurable: true,
  value(value) {
    if (this !== Error) return ordinary.call(this, value);
    return ordinary.call(Error, value) || types.isNativeError(value) || value instanceof DOMException;
  },
});
