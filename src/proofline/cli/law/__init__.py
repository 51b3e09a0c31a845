"""`proofline packs`: the law as pages."""
