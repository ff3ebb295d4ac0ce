# expects: shape:region-reason
# focus: <miniature/source/1/withheld/line-3>

DELETE { <miniature/source/1/withheld/line-3> kei:withheldBecause withheld:furniture } INSERT { <miniature/source/1/withheld/line-3> kei:withheldBecause kind:number } WHERE { <miniature/source/1/withheld/line-3> kei:withheldBecause withheld:furniture }
