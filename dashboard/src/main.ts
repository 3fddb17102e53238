/** The page: who is signed in, what they see, and how what they do ends. */

import { Api, type Acts } from "./api";
import { loadConfig } from "./config";
import { confirm } from "./confirm";
import type { Desk, Wish } from "./desk";
import { button, byId, make } from "./dom";
import { load, sections } from "./overview";
import { Refused, wordsOf } from "./problems";
import { signInForm } from "./signin";

const ENDED = "Your session has ended. Sign in again.";

class Page {
  /** Counts sign-ins and sign-outs: what was asked for before one is not shown after it. */
  private turn = 0;
  private leaving = false;

  constructor(private readonly api: Api) {}

  /** Show what there is for who is signed in, or the way in. */
  async begin(): Promise<void> {
    this.api.onSignedOut(() => void this.out());
    window.addEventListener("offline", () => tell("failed", "The connection is lost. What you see may be old."));
    window.addEventListener("online", () => void this.refresh());
    const email = await this.api.signedIn();
    if (email === null) this.wayIn();
    else await this.enter(email);
  }

  private async out(): Promise<void> {
    // Another tab's sign-out is told here too, where the session is this tab's own.
    if ((await this.api.signedIn()) !== null) return;
    if (!this.leaving) tell("failed", ENDED);
    this.leaving = false;
    this.wayIn();
  }

  private wayIn(): void {
    this.turn += 1;
    byId("account").replaceChildren();
    byId("page").replaceChildren(
      signInForm(async (email, password) => {
        tell("failed", "");
        try {
          await this.api.signIn(email, password);
          tell("told", "");
          await this.enter(email);
        } catch (error) {
          tell("failed", wordsOf(error));
        }
      }),
    );
    byId("email").focus();
  }

  private async enter(email: string): Promise<void> {
    this.turn += 1;
    byId("page").replaceChildren(make("p", { class: "quiet" }, "Loading …"));
    byId("account").replaceChildren(
      make(
        "div",
        { class: "acts" },
        make("span", { id: "who" }, email),
        button("Refresh", { id: "refresh" }, () => {
          tell("told", "");
          void this.refresh();
        }),
        button("Sign out", { id: "sign-out" }, () => void this.leave()),
      ),
    );
    await this.refresh();
  }

  private async leave(): Promise<void> {
    this.leaving = true;
    tell("told", "You are signed out.");
    tell("failed", "");
    await this.api.signOut();
  }

  /** Ask for everything anew, and show it; what was folded open stays so, and the focus where it was. */
  private async refresh(focused = document.activeElement?.id ?? ""): Promise<void> {
    const turn = this.turn;
    try {
      const seen = await load(this.api);
      if (turn !== this.turn) return;
      tell("failed", "");
      const open = [...document.querySelectorAll("details[open]")].map((each) => each.id);
      byId("page").replaceChildren(...sections(seen, this.desk(seen.admin)));
      for (const id of open) document.getElementById(id)?.setAttribute("open", "");
      focus(focused);
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    }
  }

  private desk(admin: boolean): Desk {
    return {
      api: this.api,
      admin,
      act: (wish) => void this.act(wish),
      fail: (error) => this.fail(error),
    };
  }

  private async act<Name extends keyof Acts>(wish: Wish<Name>): Promise<void> {
    tell("told", "");
    tell("failed", "");
    const focused = document.activeElement?.id ?? "";
    if (wish.question !== undefined && !(await confirm(wish.question))) return;
    busy(true);
    try {
      const given = await this.api.act(wish.name, wish.of);
      tell("told", wish.done(given));
      await this.refresh(focused);
    } catch (error) {
      this.fail(error);
    } finally {
      busy(false);
      focus(focused);
    }
  }

  private fail(error: unknown): void {
    tell("failed", wordsOf(error));
    if (error instanceof Refused && error.expired) void this.api.signOut();
  }
}

function tell(where: "told" | "failed", text: string): void {
  byId(where).textContent = text;
}

function busy(is: boolean): void {
  for (const each of byId("page").querySelectorAll("button")) each.disabled = is;
}

/** Focus what had the focus; where it is gone (Pause has become Resume), the title of what it belonged to. */
function focus(id: string): void {
  if (id === "") return;
  const found = document.getElementById(id);
  if (found !== null) return found.focus();
  const connector = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(id)?.[0] ?? "";
  (document.getElementById(`title-${connector}`) ?? document.getElementById("upload-batches"))?.focus();
}

async function start(): Promise<void> {
  if (window.top !== window.self) throw new Error("This page is not shown inside another one.");
  await new Page(new Api(await loadConfig())).begin();
}

start().catch((error: unknown) => {
  byId("page").replaceChildren();
  tell("failed", wordsOf(error));
});
