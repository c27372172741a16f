/** The keys of a page, always in sight at its foot. */
export function KeyHints({ hints }: { hints: [string, string][] }) {
  return (
    <footer className="key-hints">
      {hints.map(([key, text]) => <span key={key}><kbd>{key}</kbd>{text}</span>)}
    </footer>
  );
}
