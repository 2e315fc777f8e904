/** Where an issuer sends people back to. */
export const CALLBACK = '/ui/sign-in/callback';
