import { expect, test } from "@jest/globals";
import { AuditError } from "./audit-error.ts";
import { type PageRequest, pages } from "./pages.ts";

test("walks a list to its end, each page once", async () => {
  const asked: PageRequest[] = [];
  const tokens = ["a", "b", ""];
  const list = pages(7, async (at) => {
    asked.push(at);
    return { nextPageToken: tokens[asked.length - 1] ?? "" };
  });
  const seen: string[] = [];
  for await (const page of list) seen.push(page.nextPageToken);
  expect(seen).toEqual(tokens);
  expect(asked).toEqual(["", "a", "b"].map((pageToken) => ({ pageSize: 7, pageToken })));
});

test("does not go round in circles", async () => {
  const list = pages(7, async () => ({ nextPageToken: "again" }));
  const walk = async (): Promise<void> => {
    for await (const page of list) expect(page.nextPageToken).toBe("again");
  };
  await expect(walk()).rejects.toThrow(AuditError);
});
