/** The demo page's start: puts the chat in its place. */

import { startChat } from "./chat.js";

startChat(document.getElementById("chat"));
