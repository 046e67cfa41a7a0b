// Placeholder
print("idv")
