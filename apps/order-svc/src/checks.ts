import { isMessage, type Message } from "@bufbuild/protobuf";
import { DomainError, type FieldViolation, invalidFields } from "@skyport/errors";
import {
  CreateOrderRequestSchema,
  ListOrdersRequestSchema,
  type OrderFilter,
  UpdateOrderRequestSchema,
} from "@skyport/proto";
import { isMoment } from "./domain/moment.ts";
import { listOrder } from "./domain/order-list.ts";
import { checkLineItems } from "./domain/pricing.ts";
import { checkUpdateMask } from "./domain/update-mask.ts";
import { wantedLines } from "./messages/order.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What is wrong with a request beyond the rules of its schema, so that a caller hears of everything at once. */
export function checkMessage(message: Message): readonly FieldViolation[] {
  return CHECKS.flatMap((check) => violationsOf(() => check(message)));
}

const CHECKS: readonly ((message: Message) => void)[] = [
  (message) => {
    if (isMessage(message, CreateOrderRequestSchema)) checkLineItems(wantedLines(message.order));
  },
  (message) => {
    if (isMessage(message, UpdateOrderRequestSchema)) checkLineItems(wantedLines(message.order));
  },
  (message) => {
    if (isMessage(message, UpdateOrderRequestSchema)) checkUpdateMask(message.updateMask?.paths);
  },
  (message) => {
    if (isMessage(message, UpdateOrderRequestSchema)) checkOrderId(message.order?.id ?? "");
  },
  (message) => {
    if (isMessage(message, ListOrdersRequestSchema)) listOrder(message.orderBy);
  },
  (message) => {
    if (isMessage(message, ListOrdersRequestSchema)) checkTimes(message.filter);
  },
];

function checkTimes({ createTimeAfter, createTimeBefore }: Partial<OrderFilter> = {}): void {
  const times = { create_time_after: createTimeAfter, create_time_before: createTimeBefore };
  const violations = Object.entries(times)
    .filter(([, time]) => time !== undefined && !isMoment(time))
    .map(([name]) => ({ field: `filter.${name}`, description: "must be a time in the years 1 to 9999" }));
  if (violations.length > 0) throw invalidFields(violations);
}

function checkOrderId(id: string): void {
  if (!UUID.test(id)) throw invalidFields([{ field: "order.id", description: "must be a valid UUID" }]);
}

function violationsOf(check: () => void): readonly FieldViolation[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof DomainError && error.details.fields !== undefined) return error.details.fields;
    throw error;
  }
}
