/** One role of the exercise's flawed design; see README.md. PORT, DATABASE_URL, PRODUCT_URL and ORDER_URL are its environment. */
import { gatewayRole } from "./gateway-role.ts";
import { orderRole } from "./order-role.ts";
import { productRole } from "./product-role.ts";
import { NaiveStore } from "./store.ts";
import { serve } from "./wire.ts";

const [, , role, ...switches] = process.argv;
const { PORT, DATABASE_URL = "", PRODUCT_URL = "", ORDER_URL = "" } = process.env;
const port = Number(PORT);

if (role === "product") serve(port, productRole(new NaiveStore(DATABASE_URL), switches.includes("--cache")));
else if (role === "order") serve(port, orderRole(new NaiveStore(DATABASE_URL)));
else if (role === "gateway") serve(port, gatewayRole(PRODUCT_URL, ORDER_URL, switches.includes("--targeted")));
else {
  console.error("usage: main.ts product|order|gateway [--targeted] [--cache]");
  process.exitCode = 2;
}
