"use strict";

const PICTURE_EVERY_MS = 66; // about 15 pictures a second
const STATE_EVERY_MS = 250;
const AGAIN_MS = 1500; // after the connection was lost

const by = (id) => document.getElementById(id);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
let session = 0; // a login begins a new one, and the old loops end
let shownInputs = "";

async function get(path) {
  const answer = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(8000) });
  if (answer.status === 401) throw new Error("locked");
  if (!answer.ok) throw new Error(`answer ${answer.status}`);
  return answer;
}

async function repeat(every, step) {
  const mine = session;
  while (mine === session) {
    const began = performance.now();
    try {
      await step();
      await pause(Math.max(10, every - (performance.now() - began)));
    } catch (error) {
      if (mine !== session) return;
      if (error.message === "locked") return lock();
      by("status").textContent = "no connection; trying again";
      await pause(AGAIN_MS);
    }
  }
}

let version = -1;
async function showPicture() {
  if (document.hidden) return pause(500); // nobody looks: the camera's machine rests
  const answer = await get(`frame.jpg?after=${version}`);
  if (answer.status === 204) return;
  version = Number(answer.headers.get("X-Version"));
  const url = URL.createObjectURL(await answer.blob());
  const picture = by("picture");
  const old = picture.src;
  picture.src = url;
  await picture.decode().catch(() => {});
  picture.dataset.version = version;
  if (old) URL.revokeObjectURL(old);
}

async function showState() {
  if (document.hidden) return pause(500);
  const state = await (await get("state.json")).json();
  by("status").textContent = state.source + (state.still ? ", nothing moves" : "");
  by("lines").textContent = state.lines.join("\n") || "nothing";
  by("rate").textContent = `${state.fps.toFixed(1)} frames a second`;
  by("latency").textContent = state.latency_ms
    ? `capture to reading ${state.latency_ms.p50.toFixed(0)} ms, p95 ${state.latency_ms.p95.toFixed(0)}`
    : "";
  showInputs(state);
  showStages(state.stages_us);
  const slider = by("threshold");
  slider.disabled = !state.may_change;
  by("locked").hidden = state.may_change;
  if (document.activeElement !== slider) {
    slider.value = state.threshold;
    by("threshold-value").textContent = Number(state.threshold).toFixed(2);
  }
}

async function showInputs(state) {
  const key = state.inputs + state.digits.map((one) => one.digit).join("");
  if (key === shownInputs) return;
  shownInputs = key;
  const strip = new Image();
  if (state.inputs) {
    strip.src = state.inputs;
    await strip.decode();
  }
  by("inputs").replaceChildren(...state.digits.map((one, place) => {
    const figure = document.createElement("figure");
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 28;
    canvas.getContext("2d").drawImage(strip, place * 28, 0, 28, 28, 0, 0, 28, 28);
    const label = document.createElement("b");
    label.textContent = one.digit;
    figure.append(canvas, label, ` ${(100 * one.confidence).toFixed(0)} %`);
    return figure;
  }));
}

function showStages(stages) {
  const longest = Math.max(1, ...Object.values(stages));
  const parts = [];
  for (const [name, us] of Object.entries(stages)) {
    const term = document.createElement("dt");
    term.textContent = name;
    const cell = document.createElement("dd");
    const bar = document.createElement("div");
    bar.className = "bar";
    bar.style.width = `${(100 * us) / longest}%`;
    cell.append(bar);
    const value = document.createElement("dd");
    value.className = "value";
    value.textContent = us < 1000 ? `${us.toFixed(0)} us` : `${(us / 1000).toFixed(1)} ms`;
    parts.push(term, cell, value);
  }
  by("stages").replaceChildren(...parts);
}

function post(path, body) {
  const headers = { "Content-Type": "application/json" };
  return fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
}

function lock() {
  session += 1;
  by("live").hidden = true;
  by("login").hidden = false;
  by("status").textContent = "locked";
}

function start() {
  session += 1;
  version = -1;
  by("login").hidden = true;
  by("live").hidden = false;
  repeat(PICTURE_EVERY_MS, showPicture);
  repeat(STATE_EVERY_MS, showState);
}

by("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await post("login", { token: by("token").value });
  by("refused").hidden = answer.ok;
  if (!answer.ok) return;
  by("token").value = "";
  start();
});
by("threshold").addEventListener("input", () => {
  by("threshold-value").textContent = Number(by("threshold").value).toFixed(2);
});
by("threshold").addEventListener("change", async () => {
  await post("settings", { threshold: Number(by("threshold").value) });
  by("threshold").blur();
});
start();
