import { work } from "./worker.ts";

work();
