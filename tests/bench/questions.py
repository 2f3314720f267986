"""What visitors of a bicycle shop ask."""

QUESTIONS = (
    "How do refunds work?",
    "How long do I have to send a bicycle back?",
    "When do I get my money back after a return?",
    "Can I return an e-bike that I have already ridden?",
    "Who pays for the parcel when I send something back?",
    "Can I exchange a helmet for another size?",
    "Can I cancel my order after I have paid?",
    "What happens if my parcel never arrives?",
    "Can I rent a bike for a weekend?",
    "Do I need a deposit to rent an e-bike?",
    "What happens if a rental bike is stolen?",
    "Can I bring a rental bike back a day later?",
    "Is a helmet included when I rent?",
    "How old must my son be to ride a rental bike?",
    "Can I keep the rental bike and buy it?",
    "Do you rent cargo bikes for moving house?",
    "How long does delivery take?",
    "Do you deliver bicycles fully assembled?",
    "Do you deliver to the islands?",
    "Can a neighbour accept my delivery?",
    "What do I do if the box arrives damaged?",
    "Can I pick up my order in the shop?",
    "Do you send accessories by post?",
    "How do I track my delivery?",
    "How should I store the battery in winter?",
    "How many charging cycles does a battery last?",
    "May I leave the charger plugged in overnight?",
    "Can I ride with the battery in the rain?",
    "My battery loses charge quickly in the cold, is that normal?",
    "Where do I dispose of an old battery?",
    "Can I take the battery on a plane?",
    "How far does one charge take me?",
    "What does the warranty cover?",
    "How often should the brakes be checked?",
    "How long does a repair take?",
    "Do you repair bikes bought elsewhere?",
    "When are you open on Saturdays?",
    "Can I test ride a bike before I decide?",
    "Do you take my old bike in part exchange?",
    "Which lock do you recommend for the city?",
)


def question(visitor: int, number: int) -> str:
    """Return what a visitor asks; neighbours ask different things at the same time."""
    return QUESTIONS[(visitor * 7 + number) % len(QUESTIONS)]
