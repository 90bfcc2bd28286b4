//! What a simulated broker's file can say, for people.

/// The document.
pub fn document() -> &'static str {
    "# A simulated broker

`illgate simulate broker FILE` plays another broker: between the libraries and brokers that the file lists.

```toml
symbol = \"ISIL:XX-OTHER\"           # its own symbol
face = \"opaque\"                    # or \"transparent\": whose symbols stand in its headers
checks = \"strict\"                  # or \"lenient\": whether a message counts only in the symbol that was asked
habits = []                        # see below
listen = \"127.0.0.1\"
port = 18700                       # 0 takes a free one
suppliers = [\"ISIL:XX-C\", \"ISIL:XX-D\"]   # whom it asks, in this order, where a request names nobody

[[peer]]
symbol = \"ISIL:XX-BROKER\"
url = \"http://127.0.0.1:18626/iso18626\"
edition = \"1.2\"                    # or \"2021-2\"
speaks-for = [\"ISIL:XX-C\"]         # symbols of libraries behind it; \"*\" for everybody who is not listed
```

It tells each supplier that it asks by ExpectToSupply, each no by a Notification with status Unfilled, and the last by Unfilled in its own name. Opaque,
it speaks in its own symbol and names the supplier in the note (`Supplier: SYMBOL`); transparent, in the symbols of both sides. A Cancel addressed
to its own symbol ends the request; one addressed to the supplier means the next one, please. It refuses Reminder, and answers StatusRequest itself.

| habit | what it does wrong |
|---|---|
| `forgets` | it forgets a request when it has told Loaned: messages about it are refused as unknown |
| `doubles` | what it passes on goes out twice, with different timestamps |
| `replaces` | a Cancel before the supplier has answered is confirmed, and the request is sent to the supplier once more instead |
"
}
