import type { Reply } from './reply.ts';
import { HTML } from './reply.ts';

/** What a browser without the token sees. The form brings it as `?token=`. */
export function signIn(isWrong: boolean): Reply {
  const notice = isWrong ? '<p class="notice" role="alert">That was not the token.</p>' : '';
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>uno-cache: sign in</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/style.css">
</head>
<body class="sign-in">
<main class="card">
<h1><img src="/favicon.svg" alt="" width="28" height="28"> uno-cache</h1>
${notice}
<form action="/" method="get">
<label for="token">Token</label>
<input id="token" name="token" type="password" required autocomplete="current-password">
<button class="primary">Open the dashboard</button>
</form>
<p>The token is the option <code>token</code> of <code>monitor.serve()</code>.</p>
</main>
</body>
</html>
`;
  return { status: 401, type: HTML, body, headers: { 'www-authenticate': 'Bearer' } };
}
