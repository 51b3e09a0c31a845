"""On what ground a device is a medical device, by the files that the FDA publishes.

Read downwards: udi (what is printed on the box) > register (what the FDA's files say of it:
openfda, gudid and gudid_xml, out of downloads) > verdict (exempt, cleared, De Novo, or what is
missing) > checking (all devices of an evidence folder). Medicare asks for a medical device under
section 201(h) of the Act, not for a 510(k): a scale is exempt from it and fine (R-DEVICE-1 and
R-DEVICE-2 in docs/rules.md).
"""
