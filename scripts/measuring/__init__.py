"""What the measuring scripts share: data, tables, surprisals, rival tools and how their findings are read."""
