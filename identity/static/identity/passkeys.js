// Passkeys on the pages of this server: plain WebAuthn, no library. Every refusal becomes a sentence on the page.
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const SENTENCES = {
  NotAllowedError:
    "No passkey was used: it was cancelled, took too long, or your device did not check that it is you. Try again.",
  ConstraintError: "This device cannot check that it is you by face, fingerprint or PIN, so it cannot hold a passkey for you.",
  InvalidStateError: "This device holds a passkey for your account already.",
  SecurityError: "Passkeys work at this server's own address alone.",
};

function readDescriptors(list) {
  return (list || []).map((each) => ({ ...each, id: bytes(each.id) }));
}

async function sign(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: readDescriptors(options.allowCredentials),
  };
  const made = await navigator.credentials.get({ publicKey });
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: text(made.response.clientDataJSON),
      authenticatorData: text(made.response.authenticatorData),
      signature: text(made.response.signature),
      userHandle: made.response.userHandle ? text(made.response.userHandle) : null,
    },
  };
}

async function create(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: readDescriptors(options.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey });
  return {
    id: made.id,
    rawId: text(made.rawId),
    type: made.type,
    response: {
      clientDataJSON: text(made.response.clientDataJSON),
      attestationObject: text(made.response.attestationObject),
      transports: made.response.getTransports ? made.response.getTransports() : [],
    },
  };
}

async function post(address, form, body) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  const answer = await fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail || "The server could not answer. Try again.");
  return told.public_key;
}

async function signIn(form) {
  return sign(await post(form.dataset.begin, form, {}));
}

async function add(form) {
  const password = form.elements.password ? form.elements.password.value : "";
  let proof = password ? { password } : {};
  if (!password && form.dataset.ownership) proof = { assertion: await sign(await post(form.dataset.ownership, form, {})) };
  return create(await post(form.dataset.begin, form, proof));
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const problem = form.querySelector("[role=alert]");
  const button = form.querySelector("button[type=submit]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = "";
    button.disabled = true;
    try {
      const made = await (form.dataset.passkey === "sign-in" ? signIn : add)(form);
      form.elements.credential.value = JSON.stringify(made);
      // It has proved what it had to, and need not travel twice.
      if (form.elements.password) form.elements.password.disabled = true;
      form.submit();
    } catch (error) {
      problem.textContent = SENTENCES[error.name] || error.message;
      button.disabled = false;
    }
  });
}
