/** Stands for a service: ready after a moment, told apart by its PORT, drains at SIGTERM. */
import { createServer } from "node:http";

const { PORT, DATABASE_URL, PAGE_TOKEN_SECRET, PRODUCT_SVC_URL, REDIS_URL, FAIL_PORT } = process.env;
const say = (message: string): void => console.log(JSON.stringify({ message, pid: process.pid, PORT }));

if (FAIL_PORT === PORT) {
  console.error("DATABASE_URL must name a database");
  process.exit(3);
}
say("begins");
const server = createServer((request, response) => {
  if (request.url === "/env")
    response.end(JSON.stringify({ DATABASE_URL, PAGE_TOKEN_SECRET, PRODUCT_SVC_URL, REDIS_URL }));
  else if (request.url === "/hang") say("hangs");
  else response.writeHead(request.url === "/readyz" ? 200 : 404).end();
}).listen(Number(PORT), "127.0.0.1");
process.on("SIGTERM", () => {
  say("drains");
  server.close(() => {
    say("has drained");
    process.exit(0);
  });
});
