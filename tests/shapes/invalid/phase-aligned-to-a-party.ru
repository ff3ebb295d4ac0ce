# expects: shape:code-aligned
# focus: <miniature>
# value: <phase/試行>

DELETE { <phase/試行> skos:broadMatch ?shared }
INSERT { <phase/試行> skos:broadMatch party:行政 }
WHERE { <phase/試行> skos:broadMatch ?shared }
