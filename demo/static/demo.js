// The phone looks after itself once a second, and codes and passwords can be copied. Without script: "Refresh".

const followed = document.querySelector("[data-follows]");
// As served, not as shown: what this script changes (the copy button) stays until news come.
const served = new Map();
for (const part of document.querySelectorAll("[data-live]")) served.set(part.id, part.innerHTML);

function offerCopies(where) {
  for (const button of where.querySelectorAll("[data-copies]")) {
    const words = document.getElementById(button.dataset.copies);
    if (!words) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(words.textContent.replace(/\s/g, ""));
      button.querySelector("span").textContent = "Copied";
    });
  }
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
    offerCopies(shown);
  }
}

offerCopies(document);
if (followed) setInterval(look, 1000);
