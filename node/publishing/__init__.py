"""One way out: drafts become resource versions, activities and deliveries."""
