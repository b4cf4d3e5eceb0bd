import "reflect-metadata";
import type { JsonObject } from "@bufbuild/protobuf";
import { Body, Controller, HttpCode, Module, NotFoundException, Post } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { GET_PRODUCT_PATH, makePlainProducts } from "../product.ts";
import { listenAnywhere } from "./listening.ts";

const products = makePlainProducts();

class ProductController {
  getProduct({ id }: { readonly id: string }): JsonObject {
    const found = products.get(id);
    if (found === undefined) throw new NotFoundException();
    return found;
  }
}

class AppModule {}

/** What `@Controller()`, `@Post()` and so on say: Node strips types, and knows no decorators. */
function decorate(): void {
  const { prototype } = ProductController;
  const method = Object.getOwnPropertyDescriptor(prototype, "getProduct");
  if (method === undefined) throw new TypeError("the controller has lost its method");
  Controller()(ProductController);
  Post(GET_PRODUCT_PATH)(prototype, "getProduct", method);
  HttpCode(200)(prototype, "getProduct", method);
  Body()(prototype, "getProduct", 0);
  Module({ controllers: [ProductController] })(AppModule);
}

/** NestJS on its default, Express. */
export async function serveNest(): Promise<number> {
  decorate();
  const app = await NestFactory.create(AppModule, { logger: ["warn", "error"] });
  await app.init();
  return listenAnywhere(app.getHttpServer());
}
