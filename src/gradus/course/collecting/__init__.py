"""Collection: what students handed in elsewhere, brought into submitted/ without trust."""
