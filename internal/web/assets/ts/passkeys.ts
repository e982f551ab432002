// Make and ask for passkeys. A form with data-passkey holds the server's options;
// the browser's answer goes into its field "response", and the form is sent as any
// other.

interface Options { publicKey: Record<string, unknown> }
interface FromJSON {
  parseCreationOptionsFromJSON(o: unknown): PublicKeyCredentialCreationOptions;
  parseRequestOptionsFromJSON(o: unknown): PublicKeyCredentialRequestOptions;
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
  const failed = form.querySelector<HTMLElement>("[data-passkey-failed]");
  const can = "PublicKeyCredential" in window && "parseCreationOptionsFromJSON" in PublicKeyCredential;
  form.addEventListener("submit", (event) => {
    const answer = form.elements.namedItem("response") as HTMLInputElement;
    if (answer.value !== "") return;
    event.preventDefault();
    if (!can) {
      failed?.removeAttribute("hidden");
      return;
    }
    const parse = PublicKeyCredential as unknown as FromJSON;
    const options = (JSON.parse(form.dataset.options ?? "{}") as Options).publicKey;
    const asked = form.dataset.passkey === "make"
      ? navigator.credentials.create({ publicKey: parse.parseCreationOptionsFromJSON(options) })
      : navigator.credentials.get({ publicKey: parse.parseRequestOptionsFromJSON(options) });
    asked.then((credential) => {
      answer.value = JSON.stringify((credential as unknown as { toJSON(): unknown }).toJSON());
      form.submit();
    }).catch(() => failed?.removeAttribute("hidden"));
  });
}
