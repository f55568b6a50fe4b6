// Some helps where scripts run; everything works without them.
"use strict";

// Answers are saved while someone types; the button saves them again.
for (const form of document.querySelectorAll("form[data-autosave]")) {
  let timer;
  const inFlight = new AbortController();
  const save = () => {
    const body = new URLSearchParams(new FormData(form));
    body.set("go", "save");
    fetch(form.action, { method: "POST", body, redirect: "manual", signal: inFlight.signal }).catch(() => {});
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, 1000);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    inFlight.abort();
  });
}

// An answer that goes with no other unticks the others, and each of them unticks it.
addEventListener("change", ({ target }) => {
  for (const box of target.type === "checkbox" && target.checked ? target.form.elements : []) {
    const apart = "alone" in box.dataset || "alone" in target.dataset;
    if (box !== target && box.name === target.name && apart) box.checked = false;
  }
});

// A page that Back brings from the browser's memory is asked for anew: a device that was given back shows nothing.
addEventListener("pageshow", (event) => event.persisted && location.reload());

// Buttons that only a script can make work.
const offer = (label, kind, act) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = `button ${kind}`;
  button.textContent = label;
  button.addEventListener("click", () => act(button));
  return button;
};

// Copying: browsers offer the clipboard only on secure addresses.
for (const input of navigator.clipboard ? document.querySelectorAll("input[data-copy]") : []) {
  const copy = async (button) => {
    await navigator.clipboard.writeText(input.value);
    button.textContent = input.dataset.copied;
  };
  input.closest("label").after(offer(input.dataset.copy, "secondary", copy));
}

// The phone's own ways to share, where the browser knows them.
for (const box of navigator.share ? document.querySelectorAll("[data-share]") : []) {
  const { share, title, text } = box.dataset;
  box.prepend(offer(share, "primary", () => navigator.share({ title, text }).catch(() => {})));
}

for (const box of document.querySelectorAll("[data-print]")) {
  box.append(offer(box.dataset.print, "primary", () => print()));
}

// Work that goes on is looked at again until it is done.
const look = async (shown) => {
  const answer = await fetch(location.href).catch(() => null);
  const page = answer?.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page && page.querySelector("[data-progress]");
  if (fresh) {
    shown.replaceChildren(...fresh.childNodes);
  } else if (page) {
    location.reload();
    return;
  }
  setTimeout(look, 1500, shown);
};
for (const shown of document.querySelectorAll("[data-progress]")) {
  setTimeout(look, 1500, shown);
}
