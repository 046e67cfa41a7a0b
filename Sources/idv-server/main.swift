// Placeholder
print("idv-server")
