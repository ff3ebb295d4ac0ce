// What the editor says, in the language of the page.
const english = document.documentElement.lang === "en";

/** The one of two texts that is in the reader's language. */
export const t = (ja, en) => (english ? en : ja);

export const language = english ? "en" : "ja";

export const number = (value) => value.toLocaleString("en-US");
