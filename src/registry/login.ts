/** How somebody shows a registry who they are: with a password, or with a token that buys other tokens (OAuth 2, refresh_token). */
export type Login = { readonly username: string; readonly password: string } | { readonly identityToken: string };
