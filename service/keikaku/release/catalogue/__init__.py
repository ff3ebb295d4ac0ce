"""The catalogue of a release: DCAT 3, VoID and PROV-O."""
