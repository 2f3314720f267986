"""Given names so common that they are recognised in lower case, and those that are words or places, too."""

from typing import Final

from workers.domain.leads.phrases import word_set

ENGLISH: Final = """
    aaron abigail adam addison adele adrian adrienne aidan aiden aileen alan albert alec alex alexa alexander
    alexandra alexis alfie alfred alice alicia alison alistair allan allen allison alyssa amanda amber amelia amy
    andrea andrew andy angela angelina angie angus anita ann anna annabel annabelle anne annette annie anthony
    antonia archie ariana ariel arnold arthur ashley ashton aubrey audrey ava avery barbara barney barry beatrice
    becky belinda ben benedict benjamin bernadette bernard bernice bert beth bethany betsy betty beverly billy blake
    bob bobby bonnie brad bradley brandon brenda brendan brent brett brian brianna bridget britney brittany bruce
    bryan caitlin caleb calvin cameron camilla candice carl carla carly carmen caroline carolyn carrie carter
    cassandra catherine cathy cecilia cedric charlene charles charlie chelsea cheryl chloe chris christian christina
    christine christopher cindy claire clara clarence clark claudia clayton clifford clive colin colleen connie
    connor conrad constance corey courtney craig cristina crystal curtis cynthia damian damon dan dana daniel
    danielle danny daphne darlene darren dave david dawn debbie deborah debra declan deirdre denise dennis derek
    derrick diana diane diego dominic donald donna doris dorothy doug douglas duncan dustin dwayne dwight dylan
    ebony eddie edgar edith edmund eduardo edward edwin eileen elaine eleanor elena elias elijah elisabeth elizabeth
    ella ellen ellie elliot elsie emilia emily emma eric erica erik erin ernest esther ethan ethel eugene eva evan
    evelyn ezra felicia felicity felix fergus fiona frances francesca francis franklin fred freddie frederick
    gabriel gabriella gareth gary gavin gemma geoff geoffrey george georgina gerald geraldine gerard gilbert gillian
    gina giselle gladys glen glenda glenn gloria gordon graham greg gregory greta gwen gwendolyn hank hannah harold
    harriet harrison harry harvey hayley hazel heather hector heidi helen helena henry herbert herman hilary howard
    hubert hugh hugo ian imogen ingrid irene isaac isabel isabella isabelle isaiah ivan jackie jackson jaclyn jacob
    jacqueline jake james jamie jane janet janice janine jared jasmine jason jay jean jeanette jeff jeffrey jenna
    jennifer jenny jeremy jerome jerry jesse jessica jessie jill jim jimmy joan joann joanna joanne jocelyn jodie
    joe joel joey johanna john johnny jon jonah jonathan joseph josephine josh joshua joyce juan judith judy julia
    julian juliana julie juliet justin kaitlyn karen karl kate katelyn katherine kathleen kathryn kathy katie
    katrina kayla keith kelly kelsey ken kendra kenneth kenny kerry kevin kieran kim kimberly kirk kirsten kristen
    kristin kristina kristine kurt kyle lachlan lara larry laura lauren laurence laurie lawrence leah lee leo leon
    leonard leroy leslie lester levi lewis liam lillian lily linda lindsay lindsey lionel lisa liz lloyd logan lois
    lola lorenzo loretta lori lorraine louis louisa louise lucas lucia lucille lucinda lucy luis luke lydia lynn
    mabel mackenzie maddie madeleine madeline maggie malcolm mandy marc marcia marcus margaret margie maria marianne
    marie marilyn marina marion marissa marjorie marlene marlon marsha marshall martha martin marvin mary maryann
    matt matthew maureen maurice mavis maxine maxwell megan melanie melinda melissa mercedes meredith mia michael
    michaela michelle mick miguel mike mildred millie minnie miranda miriam mitchell molly monica morgan moses
    muriel myra nadia nancy naomi natalie natasha nathan nathaniel neil nellie nelson neville nicholas nick nicola
    nicolas nicole nigel nina noah noel noelle nora norma norman oliver olivia ollie oscar otto owen paige pam
    pamela patricia patrick patsy patty paul paula pauline peggy perry pete peter phil philip phillip phoebe phyllis
    polly priscilla quentin rachel ralph ramona randall randy raymond rebecca regina reginald rhonda ricardo richard
    rick ricky riley rita robert roberta roberto roderick rodney roger roland ron ronald ronnie rory rosa rosalie
    rosalind rosanna rosemary rosie ross rowan roxanne roy rupert russell ruth ryan sabrina sally sam samantha
    samuel sandra sara sarah scarlett scott sean sebastian selina serena seth shane shannon sharon shaun shawn
    sheila shelby shelley sherry shirley sidney simon simone sofia sonia sonya sophia sophie spencer stacey stacy
    stan stanley stella stephanie stephen steve steven stewart stuart susan susanna susie suzanne sylvia tabitha
    tamara tammy tanya tara tasha taylor ted terence teresa terri terry tess thelma theodore theresa thomas tiffany
    tim timothy tina toby todd tom tommy toni tony tracey tracy travis trevor tricia trisha troy tyler valerie
    vanessa vera vernon veronica vicky vincent viola virgil vivian vivienne walter wanda warren wayne wendy wesley
    whitney wilfred william willie wilson winston xavier yolanda yvette yvonne zac zach zachary zara zoe
"""
CONTINENTAL: Final = """
    adriana agnieszka agustin aitor alba alberto alejandra alejandro aleksandra alessandra alessandro alessia
    alfonso alfredo alina almudena alvaro amandine ana anais anastasia andre andreas andres ania anja anke anneke
    annika antje anton antonella antonio armin arnaud arne astrid aurelie aurore axel bartosz bastian bastien beata
    beate beatriz begona benedikt benoit bernd bernhard bert bettina birgit bjorn boris brigitte bruno camille
    carina carlos carlota carolina caroline catalina catarina celia celine chantal chiara christel christiane
    christoph christophe clemence clemens clement consuelo corinna corinne cornelia cristian cristobal dagmar damien
    daniela daniele david delphine denis detlef didier diego dieter dietmar dirk domingo dominik dominique dorota
    dorothea edith eduard elisa elise elke emil emiliano emilie emilio emmanuel encarna enrico enrique erich erika
    ernesto ernst esteban estelle estrella etienne eugenia eva ewa fabian fabien fabienne fabio fabrice federica
    federico felipe ferdinand fernando filip florian francisca francisco franck francois francoise franz frederic
    frieda friedrich fritz gabi gael gaelle gaetan geert georg georges gerd gerda gerhard gertrud ghislaine giacomo
    gilles giorgio giovanni gisela giulia giuseppe gonzalo gregoire gregor grzegorz gudrun guido guilherme guillaume
    guillermo gunter gustavo hanna hanne hannes hans hartmut heike heiko heiner heinrich heinz helga helmut hendrik
    herve hildegard holger horst hubert ignacio ildefonso ilse imke inaki ines inga inge ingo inma irena irina iris
    irma isabell isaure ismael iwona jaime jakob jan jana javier jens jeroen joachim joana joao joaquin jochen
    johannes jonas joost jordi jorg jorge jose josef josefa josefina juana judith juliane julien julio jurgen
    justyna jutta kai karin karina karla karolina karsten kaspar katarzyna katharina kathrin katja katrin kerstin
    kilian klara klaus konrad konstantin konstanze krzysztof laetitia lars laurent lea lena lennart leonie leonor
    leticia lieselotte lina lorena lothar lotte luc luca lucia luciano lucie ludovic ludwig luisa lukas lutz magali
    magdalena maja malgorzata manfred manon manuel manuela marcel marcela marcelo marcin marco marcos margarita
    margit margot maria mariana mariano marie marija mario marisol marius markus marlies marta marten martina mateo
    mateusz mathias mathieu mathilde matias matteo matthias maud mauricio mauro maximilian mechthild melina mercedes
    michal michel milan milena mireille mirko monika monique montserrat moritz nadine natalia nathalie nicolas
    nieves nikolai nils noemi norbert nuria odile oksana olaf olga olivier oriane oskar otto pablo paloma paola
    paolo pascal patrice patricio patrizia pauline paulo pavel pawel pedro petra philipp philippe pierre pietro
    pilar piotr quique rafael rainer ralf ramon raquel raul regine reiner reinhard renata renate rene ricarda
    roberto rocio rodrigo roland rolf romain roman rosario rosemarie ruben rudiger rudolf sabine salvador sandrine
    sanne santiago sascha sebastien selma sergio sibylle siegfried sigrid silke silvia silvio simona sofie solange
    sonja soren stefan stefania stefanie steffen stephane susana susanne sven svenja swantje sylvain sylvie tanja
    tatiana teodoro teresa thea theo thibault thierry thorsten tiago tilman timo tobias tomas tomasz torsten
    trinidad udo ulf ulrich ulrike ursula ute uwe valentin valentina valeria vera veronique vicente victor viktor
    viktoria vincenzo volker waltraud werner wiebke wilhelm wolfgang xavier xenia yannick yvan yves zofia zuzanna
"""
WORLDWIDE: Final = """
    aaliyah abbas abdul abdullah abdulrahman abhishek adeel aditi aditya ahmad ahmed aisha akash akira ali alisha
    aliya amal aman amar amina amir amit amrita ananya anil anita anjali ankit ankita anoop anushka anwar aparna
    arif arjun arun arya aryan asha ashok asif asma ayaan ayesha aylin aziz babak bashir bilal burak can cem chandra
    chiara chinedu deepa deepak deepika dev devi dina dmitri dmitry duc ebru elif emeka emine emre esra fadi faisal
    farah farhan farida faris fatih fatima fatma firas ganesh gaurav geeta gita gopal gul habib hadi hakan hamid
    hamza haruka haruto hasan hassan hatice hiroshi hung huong hussein ibrahim imran indira ismail jamal jamila
    jasmin jaya jyoti kamal karan karim karthik kavita kemal kenji khadija khaled khalid kiran kofi komal krishna
    kumar kunal kwame laila lakshmi lalita latifa layla leila linh mahesh mahmoud malik mamadou manish manoj maryam
    meera mehmet mei mohamed mohammad mohammed mohit mona monika mukesh murat mustafa nadeem nadir naveen neha
    nguyen nikhil nikita nisha nitin noor nour nuray oleg olena omar omer osama osman parveen pooja pradeep prakash
    prashant pratik preeti priya priyanka rahim rahul raj rajesh raju rakesh ramesh rana rani ranjit rashid ravi
    rekha reza rohan rohit roshan ryota sadia said salim salma salman samir samira sana sandeep sanjana sanjay
    santosh satoshi selim sergei serhiy shabnam shanti sharma shilpa shreya shruti sita sneha sonali sunil sunita
    suresh svetlana swati takashi tariq tatsuya thanh thuy tuan ujjwal uma umar usha usman vadim vandana varun vijay
    vikas vikram vinay vinod vishal vivek volodymyr wael walid xiao yasin yasmin yasmine yasuko youssef yuki yuri
    yusuf zahra zainab zeynep zoran александр алексей андрей анна антон борис вадим валентина василий вера виктор
    виктория виталий владимир галина дарья дмитрий евгений екатерина елена иван игорь ирина кирилл константин ксения
    людмила максим марина мария михаил наталья никита николай оксана олег олена ольга павел петр роман светлана
    сергей софия степан татьяна юлия юрий
"""
# Each is a word or a place as well: a name when one was asked for or is announced, not in passing.
AMBIGUOUS: Final = """
    al angel april art arty august aurora austin basil bea bell bill brandy brook brooke brooklyn buck bud buddy
    candy carmel carol charity charlotte chase cherry chuck clay cliff crystal daisy dale dallas dean denver destiny
    dirk dolly don drew duke earl ed eden elle eve faith fay florence forest frank gay gene georgia gideon ginger
    glory grace grant guy hans harmony heath holly honey hope hunter india iris israel ivy jack jade jewel jo joan
    jordan joy june kay kit lance lane lilac lincoln london lou madison mae major mark max may mercy merry milan
    miles misty myrtle nick norm olive paris pascal pat patience pearl penny phoenix piper poppy precious prince
    queen rain ray reed rich rob robin rocky rod rose ruby rusty sandy savannah sergeant shelly skip sky sol sonny
    sterling stone storm sue summer sunny sydney tiffany tony trinity van victoria violet virginia wade ward
    will willow woody xi
"""

COMMON_WORDS_TOO: Final = word_set(AMBIGUOUS)
GIVEN_NAMES: Final = word_set(ENGLISH, CONTINENTAL, WORLDWIDE) - COMMON_WORDS_TOO - word_set("can dev said")
