import { make } from "./dom";

/** Make the form; `enter` fails with what is told. */
export function signInForm(enter: (email: string, password: string) => Promise<void>): HTMLElement {
  const email = make("input", { id: "email", type: "email", autocomplete: "username", required: true });
  const password = make("input", { id: "password", type: "password", autocomplete: "current-password", required: true });
  const submit = make("button", { class: "main", id: "sign-in" }, "Sign in");
  const form = make(
    "form",
    { class: "sign-in", "aria-labelledby": "sign-in-title" },
    make("h2", { id: "sign-in-title" }, "Sign in"),
    make("div", {}, make("label", { for: "email" }, "Email"), email),
    make("div", {}, make("label", { for: "password" }, "Password"), password),
    submit,
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit.disabled = true;
    void enter(email.value, password.value).finally(() => {
      submit.disabled = false;
      password.value = "";
    });
  });
  return form;
}
