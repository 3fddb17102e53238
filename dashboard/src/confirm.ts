import { button, make } from "./dom";

export interface Question {
  title: string;
  text: string;
  /** What the button says that goes on. */
  verb: string;
}

/** Ask before something that cannot be undone; Escape and the first button, which has the focus, leave it. */
export function confirm(question: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const dialog = make("dialog", { "aria-labelledby": "question", "aria-describedby": "consequence" });
    const close = (answer: string) => () => dialog.close(answer);
    dialog.append(
      make("h2", { id: "question" }, question.title),
      make("p", { id: "consequence" }, question.text),
      make(
        "div",
        { class: "acts" },
        button("Leave it", { autofocus: true }, close("")),
        button(question.verb, { class: "main" }, close("yes")),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
