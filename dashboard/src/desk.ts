import type { Acts, Api } from "./api";
import type { Question } from "./confirm";

/** An act of an admin. */
export interface Wish<Name extends keyof Acts> {
  name: Name;
  of: Acts[Name];
  /** What is told when it is done; `given` is what the function gave. */
  done: (given: unknown) => string;
  /** What is asked before, where it cannot be undone. */
  question?: Question;
}

/** What the parts of the page are given to work with. */
export interface Desk {
  api: Api;
  /** Whether whoever is signed in may act. */
  admin: boolean;
  /** Do something, tell how it went, and show everything anew. */
  act: <Name extends keyof Acts>(wish: Wish<Name>) => void;
  /** Tell that something went wrong. */
  fail: (error: unknown) => void;
}
