// Starts Swagger UI on the description of this API. Tokens stay in the page: nothing is kept when it is closed.
"use strict";

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

window.ui = SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: "list",
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  oauth2RedirectUrl: `${location.origin}/api/swagger/oauth2-redirect.html`,
  // What is entered under "Authorize" counts alone: with the cookie of a session one could read here, and not write.
  requestInterceptor: (request) => Object.assign(request, { credentials: "omit" }),
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
});
window.ui.initOAuth({ scopes: "read write", usePkceWithAuthorizationCodeGrant: true });
