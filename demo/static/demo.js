// The phone looks after itself once a second, and copies the code. Without script: "Refresh".

const followed = document.querySelector("[data-follows]");
// As served, not as shown: what this script changes (the copy button) stays until news come.
const served = new Map();
for (const id of ["screen", "carrier-log", "letters"]) {
  const part = document.getElementById(id);
  if (part) served.set(id, part.innerHTML);
}

function offerCopy() {
  const button = document.getElementById("copy");
  const digits = document.getElementById("digits");
  if (!button || !digits) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(digits.textContent.replace(/\s/g, ""));
    button.querySelector("span").textContent = "Copied";
  });
}

async function look() {
  const answer = await fetch(followed.dataset.follows).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const [id, before] of served) {
    const fresh = page.getElementById(id);
    if (!fresh || fresh.innerHTML === before) continue;
    served.set(id, fresh.innerHTML);
    const shown = document.getElementById(id);
    shown.className = fresh.className;
    shown.replaceChildren(...fresh.childNodes);
    if (id === "screen") offerCopy();
  }
}

offerCopy();
if (followed) setInterval(look, 1000);
