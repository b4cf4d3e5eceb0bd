import { type PreparedList, type Session, statement } from "@skyport/db";
import { asc, desc, type SQL, sql } from "drizzle-orm";
