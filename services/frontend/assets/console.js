// Shows times on the console in the reader's zone.
"use strict";
