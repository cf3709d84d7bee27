// Says in words that a passkey could not be used; the scripts of the sign-in library only write it to the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const words = document.querySelector("[data-passkey-failed]")?.dataset.passkeyFailed;
  if (words) window.khue.toast(words);
});
